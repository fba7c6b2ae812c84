/**
 * From what an operator wants to what workers look up: model to tables, without any input or
 * output, clock or thread.
 *
 * <p>{@link dev.heddle.compile.TableCompiler} keeps what it compiled last, so that a change costs
 * as much as it touches.
 */
package dev.heddle.compile;
