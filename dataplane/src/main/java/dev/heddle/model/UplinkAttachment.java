package dev.heddle.model;

/** How an uplink is connected. */
public sealed interface UplinkAttachment permits DpdkAttachment, MemifAttachment {}
