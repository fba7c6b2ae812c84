/**
 * Interfaces of the kernel, in pods' network namespaces: taps, whose queues are read and written.
 */
package dev.heddle.port.tap;
