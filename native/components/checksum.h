/* The CRC-32 of ISO 3309, with which packets of the example are checked. */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stdint.h>

static inline uint32_t checksum(const uint8_t *data, uint32_t bytes) {
    static uint32_t table[256];
    if (table[1] == 0) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = value >> 1 ^ (0xedb88320U & (0U - (value & 1)));
            }
            table[i] = value;
        }
    }
    uint32_t sum = 0xffffffffU;
    for (uint32_t i = 0; i < bytes; i++) {
        sum = table[(sum ^ data[i]) & 0xff] ^ sum >> 8;
    }
    return ~sum;
}

#endif
