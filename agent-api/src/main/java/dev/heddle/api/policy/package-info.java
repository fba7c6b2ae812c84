/**
 * The language in which policies choose endpoints. Pure: whoever resolves policies shares it, the
 * daemon and a cluster's agent alike.
 */
package dev.heddle.api.policy;
