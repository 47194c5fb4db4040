/*
 * Looks up attributes, for tests: reads texts, each with the length before it, and writes for each whether it is XML, then whether it has the
 * attribute `wanted`, and the value with the length before it. The text lies at the end of memory that nobody may read beyond.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../../sdk/internal.h"

const struct espalier_abi *espalier_kernel;

int main(void) {
    uint32_t length;
    while (fread(&length, sizeof length, 1, stdin) == 1) {
        uint8_t *bytes = malloc(length == 0 ? 1 : length);
        if (bytes == NULL || fread(bytes, 1, length, stdin) != length) {
            return 1;
        }
        struct espalier_bytes text = {bytes, length};
        ESPALIER_TEXT(value, 64);
        bool found = espalier_attribute(text, "wanted", &value);
        uint32_t answer[3] = {espalier_is_xml(text), found, found ? value.length : 0};
        fwrite(answer, sizeof answer, 1, stdout);
        fwrite(value.data, 1, answer[2], stdout);
        free(bytes);
    }
    return 0;
}
