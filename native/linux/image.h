/*
 * What the starter hands to a component.
 */
#ifndef ESPALIER_LINUX_IMAGE_H
#define ESPALIER_LINUX_IMAGE_H

#include <espalier/abi.h>

extern const struct espalier_abi espalier_linux_image;

#endif
