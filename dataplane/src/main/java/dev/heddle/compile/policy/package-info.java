/** From rules and IP sets to the programs that workers run; pure, like all of {@code compile}. */
package dev.heddle.compile.policy;
