/**
 * The language in which policies choose endpoints, and the IP sets of those that rules name by it.
 * Pure: whoever resolves policies shares it, the daemon and a cluster's agent alike.
 */
package dev.heddle.api.policy;
