/*
 * Memory: allocated, attached, freed.
 */
#include <PD.h>

#include "internal.h"

struct espalier_allocation espalier_alloc(int64_t bytes) {
    struct espalier_message message;
    struct PD_alloc__request request = {.bytes = bytes};
    struct PD_alloc__reply reply;
    int32_t status = PD_alloc__call(espalier_pd(), &message, &request, &reply);
    if (status < 0) {
        return (struct espalier_allocation){
            .kind = ESPALIER_NOT_ALLOCATED, .failure = (enum espalier_failure)-status};
    }
    switch (reply.result.kind) {
        case PD_Allocation__is_Allocated:
            return (struct espalier_allocation){
                .kind = ESPALIER_ALLOCATED, .dataspace = reply.result.as.Allocated.dataspace};
        case PD_Allocation__is_OutOfRam:
            return (struct espalier_allocation){
                .kind = ESPALIER_NO_RAM,
                .needed = reply.result.as.OutOfRam.needed.bytes,
                .available = reply.result.as.OutOfRam.available.bytes};
        case PD_Allocation__is_OutOfCaps:
            return (struct espalier_allocation){
                .kind = ESPALIER_NO_CAPS,
                .needed = reply.result.as.OutOfCaps.needed.count,
                .available = reply.result.as.OutOfCaps.available.count};
        case PD_Allocation__is_Unreachable: {
            /* The failure as an enum of the interface begins with 0. */
            return (struct espalier_allocation){
                .kind = ESPALIER_NOT_ALLOCATED,
                .failure = (enum espalier_failure)(reply.result.as.Unreachable.failure + 1)};
        }
        default:
            return (struct espalier_allocation){
                .kind = ESPALIER_NOT_ALLOCATED, .failure = ESPALIER_INVALID_ARGUMENT};
    }
}

int32_t espalier_free(espalier_capability dataspace) {
    struct espalier_message message;
    struct PD_free__request request = {.dataspace = dataspace};
    struct PD_free__reply reply;
    return PD_free__call(espalier_pd(), &message, &request, &reply);
}

int32_t espalier_attach(espalier_capability dataspace, bool writable, struct espalier_region *region) {
    *region = (struct espalier_region){0};
    int32_t status = espalier_kernel->attach(dataspace, 0, 0, writable, region);
    if (status < 0) {
        *region = (struct espalier_region){0};
    }
    return status < 0 ? status : 0;
}

void espalier_detach(struct espalier_region *region) {
    if (region->start != NULL) {
        espalier_kernel->detach(region->start);
    }
    *region = (struct espalier_region){0};
}
