/*
 * Reports: a buffer of the server's that this component fills.
 */
#include <Report.h>

#include "internal.h"

static int32_t attach_buffer(struct espalier_report *report) {
    struct espalier_message message;
    struct Report_dataspace__request request = {0};
    struct Report_dataspace__reply reply;
    int32_t status = Report_dataspace__call(report->session.capability, &message, &request, &reply);
    if (status < 0) {
        return status;
    }
    report->dataspace = reply.result;
    status = espalier_attach(report->dataspace, true, &report->buffer);
    return status == 0 && report->buffer.bytes < report->size ? -ESPALIER_OUT_OF_RAM : status;
}

int32_t espalier_report_open(
    struct espalier_report *report, const char *name, uint32_t size, struct espalier_connect *outcome) {
    struct espalier_connect unused;
    struct espalier_connect *told = outcome == NULL ? &unused : outcome;
    ESPALIER_TEXT(parameters, 32);
    espalier_add(&parameters, "buffer_size=");
    espalier_add_unsigned(&parameters, size);
    struct espalier_options options = {
        .label = espalier_string(name),
        .parameters = espalier_text_bytes(&parameters),
        .ram = espalier_pages(size),
        .caps = espalier_default_options.caps,
    };
    *report = (struct espalier_report){.size = size};
    *told = espalier_connect(&report->session, ESPALIER_SERVICE(Report), &options);
    if (told->kind != ESPALIER_CONNECTED) {
        return told->kind == ESPALIER_SHORT_OF_RAM  ? -ESPALIER_OUT_OF_RAM
            : told->kind == ESPALIER_SHORT_OF_CAPS ? -ESPALIER_OUT_OF_CAPS
                                                   : -ESPALIER_DENIED;
    }
    int32_t status = attach_buffer(report);
    if (status < 0) {
        espalier_report_close(report);
    }
    return status;
}

int32_t espalier_report(struct espalier_report *report, struct espalier_bytes content) {
    if (content.length > report->size || report->buffer.start == NULL) {
        return report->buffer.start == NULL ? -ESPALIER_GONE : -ESPALIER_INVALID_ARGUMENT;
    }
    for (uint32_t i = 0; i < content.length; i++) {
        report->buffer.start[i] = content.data[i];
    }
    struct espalier_message message;
    struct Report_submit__request request = {.length = content.length};
    struct Report_submit__reply reply;
    return Report_submit__call(report->session.capability, &message, &request, &reply);
}

void espalier_report_close(struct espalier_report *report) {
    espalier_detach(&report->buffer);
    espalier_release(report->dataspace);
    espalier_close(&report->session);
    *report = (struct espalier_report){0};
}
