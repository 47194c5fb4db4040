/*
 * What the generated headers need beside messages: calls, and what becomes of messages that nobody can read.
 */
#ifndef ESPALIER_RPC_H
#define ESPALIER_RPC_H

#include <espalier/abi.h>

/*
 * Calls the object with the request in `message`, of whose reply at most `accepted` capabilities are taken. 0 when it replied with
 * success, else a negated espalier_failure, and then the message brings nothing. May be used by any thread.
 */
int32_t espalier_call(espalier_capability object, struct espalier_message *message, uint32_t accepted);

/* Gives up a received capability; its quota returns. */
void espalier_release(espalier_capability capability);

/* Gives up the capabilities that a message has brought. */
void espalier_release_all(struct espalier_message *message);

/* Ends a call whose reply does not follow the layout. The negated failure. */
int32_t espalier_malformed(struct espalier_message *reply);

/* Answers a request before any method has run. */
void espalier_refuse(struct espalier_message *request, struct espalier_message *reply, enum espalier_failure failure);

/* Answers with the outcome of a method: 0 with what was put into the reply, or a negated failure. */
void espalier_finish(struct espalier_message *reply, int32_t status);

#endif
