/**
 * The control path: gRPC, validation, the desired state, and the one method that takes an update
 * from a request to the workers, {@link dev.heddle.control.ControlPlane#apply}.
 */
package dev.heddle.control;
