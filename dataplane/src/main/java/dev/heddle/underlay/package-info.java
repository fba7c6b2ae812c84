/**
 * Who is where on the underlay: finds the MAC addresses that packets through uplinks are sent to,
 * and sees to it that they stay right (ARP, RFC 826; neighbour discovery, RFC 4861).
 */
package dev.heddle.underlay;
