/** The typed client of the daemon's control interface, which {@code .proto} files define. */
package dev.heddle.api;
