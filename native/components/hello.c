/* The smallest component there is: writes one line to its log and ends. */
#include <espalier/espalier.h>
#include <espalier/manifest.h>

ESPALIER_MANIFEST("manifest.xml");

void espalier_construct(void) {
    espalier_info(espalier_string("Hello from a component that has nothing but its environment."));
    espalier_exit(0);
}
