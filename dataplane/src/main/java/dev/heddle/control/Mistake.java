package dev.heddle.control;

import io.grpc.Status;

/**
 * One thing that is wrong with a transaction.
 *
 * @param code which kind of mistake
 * @param path the message field, from the transaction down
 * @param text object, field, value and remedy for a person
 */
record Mistake(Status.Code code, String path, String text) {}
