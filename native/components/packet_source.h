/*
 * What the two roles of packet_source share.
 */
#ifndef PACKET_SOURCE_H
#define PACKET_SOURCE_H

#include <Interval.h>
#include <PacketStream.h>
#include <espalier/packet.h>

/* Opens a session that the server sees as `label`, or faults. */
void connect_stream(struct espalier_session *session, const char *label);

/* Opens the stream of a session, whose server wakes `wake` with `object`, and attaches its memory, or faults. */
void open_stream(
    const struct espalier_session *session, espalier_handler *wake, void *object, struct PacketStream_Stream *opened,
    struct espalier_region *memory);

/*
 * Writes nonsense into streams of its own, and signals the server each time: into the next one when the server has woken it because of the
 * one before.
 */
void vandalize(void);

#endif
