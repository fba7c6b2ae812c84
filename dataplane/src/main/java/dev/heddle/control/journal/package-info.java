/** What was acknowledged, in a file, so that the daemon's next run begins with it. */
package dev.heddle.control.journal;
