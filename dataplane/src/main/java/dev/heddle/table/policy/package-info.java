/** What endpoints may send and receive, as workers look it up. */
package dev.heddle.table.policy;
