package dev.tradewind.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One configuration key, on the record component that carries its value. The loader binds it, {@code tradewind check} validates it and
 * the reference page is generated from it, so that no key exists undocumented. Component types: {@code boolean}, {@code int},
 * {@code long}, {@code String}, {@code Duration}, {@link ByteSize}, {@link ListenAddress}, {@link Cidr}, {@code Path}, an enum,
 * {@code Optional} or {@code List} of these, {@code Map<String, R>} of a settings record (named children, {@code NAME} in the key), or a
 * nested settings record (whose keys are written whole).
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {
    /** The whole key, for instance {@code delivery.expire_after}. */
    String key();

    /** What it decides, in one or two sentences. */
    String doc();

    /** Default as it would be written in the file; empty: required, or absent for an {@code Optional}, {@code List} or {@code Map}. */
    String def() default "";

    /** What to say of the default in the reference, where the default is computed. */
    String defDoc() default "";

    /** Least value, as written; empty: none. */
    String min() default "";

    /** Greatest value, as written; empty: none. */
    String max() default "";
}
