/**
 * How the program is configured. What enters is a YAML file, environment variables and {@code -c key=value}; what leaves is settings records
 * whose every value has been checked, or the list of everything that is wrong, each with its key and place. The keys, their meaning,
 * defaults and ranges are those of {@link dev.tradewind.settings.Setting} on the records of the packages that obey them.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate.config;
