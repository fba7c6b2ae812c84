package dev.heddle.table.policy;

/**
 * What decides about the packets of all endpoints that have the same policy in one direction and
 * network. Immutable.
 *
 * @param code as {@link ProgramLayout} has it
 * @param vrf index of the network whose IP sets it uses
 * @param sourceNets4 root handle from which {@code Lpm4} finds a source's class; likewise the
 *     others
 * @param generation a number that no other outcome ever had: it changes when the program or a set
 *     that it uses does
 */
public record PolicyProgram(
    int[] code,
    int vrf,
    long sourceNets4,
    long sourceNets6,
    long destinationNets4,
    long destinationNets6,
    int generation) {}
