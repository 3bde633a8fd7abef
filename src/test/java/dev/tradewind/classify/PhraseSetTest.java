package dev.tradewind.classify;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PhraseSetTest {
    private static boolean has(String phrase, String text) {
        return new PhraseSet(List.of(Wording.phrase(phrase)))
                .in(Wording.of(text))
                .get(0);
    }

    @Test
    void wholeWordsInOrder() {
        assertThat(has("mailbox full", "550 Mailbox FULL.")).isTrue();
        assertThat(has("mailbox full", "mailbox-full")).isTrue();
        assertThat(has("mailbox full", "mailbox fully booked")).isFalse();
        assertThat(has("box full", "mailbox full")).isFalse();
        assertThat(has("full mailbox", "mailbox full")).isFalse();
    }

    @Test
    void starIsTheRestOfAWordOrOneWord() {
        assertThat(has("spamhaus*", "see spamhaus.org")).isTrue();
        assertThat(has("exceed* quota", "exceeds quota")).isTrue();
        assertThat(has("exceed* quota", "exceed quota")).isTrue();
        assertThat(has("exceed* quota", "exceeds the quota")).isFalse();
        assertThat(has("exceed* * quota", "exceeds the quota")).isTrue();
        assertThat(has("user * unknown", "user bob unknown")).isTrue();
        assertThat(has("user * unknown", "user unknown")).isFalse();
        assertThat(has("user *", "user bob")).isTrue();
        assertThat(has("user *", "user")).isFalse();
    }

    @Test
    void addressesAreOneWordAndAccentsDoNotCount() {
        assertThat(has("user addr unknown", "user <a.b+c@d.example> unknown")).isTrue();
        assertThat(has("virus", "<virus@b.example> unknown")).isFalse();
        assertThat(has("boite pleine", "Boîte pleine")).isTrue();
        assertThat(Wording.of("a@b")).isEqualTo(" addr ");
        assertThat(Wording.of("a@b.example.")).isEqualTo(" addr ");
        assertThat(Wording.of("a @ b")).isEqualTo(" a b ");
        assertThat(Wording.of("")).isEqualTo(" ");
    }

    @Test
    void phrasesThatCannotBeMeantAreRefused() {
        for (String bad : List.of("", " ", "*", "* unknown", "a*b", "a - b", "--")) {
            assertThatThrownBy(() -> Wording.phrase(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The trie finds just what looking for each phrase on its own finds. */
    @Property(tries = 400)
    void manyAtOnceFindTheSameAsOneByOne(
            @ForAll @Size(max = 8) List<@NotBlank @StringLength(max = 6) @CharRange(from = 'a', to = 'c') String> words,
            @ForAll @Size(max = 6)
                    List<
                                    @Size(min = 1, max = 3) List<
                                            @NotBlank @StringLength(min = 1, max = 2) @CharRange(from = 'a', to = 'c')
                                            String>>
                            phrases) {
        String text = Wording.of(String.join(" ", words));
        List<String> forms = phrases.stream()
                .map(phrase -> Wording.phrase(String.join(" ", phrase)))
                .toList();
        PhraseSet all = new PhraseSet(forms);
        for (int i = 0; i < forms.size(); i++) {
            assertThat(all.in(text).get(i)).as(forms.get(i)).isEqualTo(text.contains(" " + forms.get(i)));
        }
    }

    @Property(tries = 300)
    void anyTextHasAForm(@ForAll String text) {
        String words = Wording.of(text);
        assertThat(words).startsWith(" ").endsWith(" ").doesNotContain("  ");
    }

    @Property(tries = 300)
    void anyPhraseIsTakenOrRefused(@ForAll String text) {
        try {
            assertThat(new PhraseSet(List.of(Wording.phrase(text))).in(" a b ")).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
