/** The process: its options, and the parts of the daemon put together. */
package dev.heddle.daemon;
