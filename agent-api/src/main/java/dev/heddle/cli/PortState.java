package dev.heddle.cli;

import java.util.Map;

/**
 * What a daemon says of an interface's port.
 *
 * @param lines names and values for people, in order
 * @param json the same as one object
 */
record PortState(Map<String, String> lines, Output.JsonValue json) {}
