/** The connections that policy has let through, shared by all workers. */
package dev.heddle.flow;
