/*
 * What the parts of the library know of each other. Not for components.
 */
#ifndef ESPALIER_INTERNAL_H
#define ESPALIER_INTERNAL_H

#include <LOG.h>
#include <Parent.h>
#include <espalier/espalier.h>

enum { ESPALIER_PAGE = 4096 };

/* The image that the kernel has brought; set before anything else runs, and never changed. */
extern const struct espalier_abi *espalier_kernel;

/* Where start-up code enters: makes the environment, constructs the component, serves. */
_Noreturn void espalier_enter(const struct espalier_abi *kernel);

/* Serves requests and signals for good. */
_Noreturn void espalier_serve(void);

/* The session of the environment under one of the numbers that Parent.java names, or a fault that names `service`. */
espalier_capability espalier_environment(int32_t id, const char *service);
enum { ESPALIER_SESSION_PD = -1, ESPALIER_SESSION_CPU = -2, ESPALIER_SESSION_LOG = -3 };

/* Names the log. */
void espalier_log_to(espalier_capability log);

/* Names a signal handler to the parent by `name`, one of the calls of Parent that take a context; one that is not taken is not kept. */
int32_t espalier_name_handler(
    espalier_handler *handler, int32_t (*name)(espalier_capability context));

/* An amount of RAM with the largest unit that divides it. */
void espalier_add_ram(struct espalier_text *text, int64_t bytes);

/* The smallest number of whole pages that hold so many bytes, in bytes. */
static inline int64_t espalier_pages(int64_t bytes) {
    return bytes > INT64_MAX - ESPALIER_PAGE ? INT64_MAX
                                             : (bytes + ESPALIER_PAGE - 1) / ESPALIER_PAGE * ESPALIER_PAGE;
}

/* A message is as its sender left it: what stands in it is bounded here, before anything is read. */
void espalier_received(struct espalier_message *message);

#endif
