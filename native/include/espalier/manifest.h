/*
 * What a component says of itself, in its file: the manifest and the schema that a JAR has as entries, docs/check.md and docs/schema.md. They grant
 * nothing, and tools read them. Each at most once, on a line of its own in any source file; the assembler looks for the file, with
 * the option -Wa,-I,FOLDER.
 */
#ifndef ESPALIER_MANIFEST_H
#define ESPALIER_MANIFEST_H

/* A note of the owner Espalier: 1 is a manifest, 2 a schema. */
#define ESPALIER_NOTE(type, file)                                      \
    __asm__(".pushsection .note.espalier." #type ", \"a\", @note\n\t"  \
            ".balign 4\n\t"                                            \
            ".long 2f - 1f, 4f - 3f, " #type "\n"                      \
            "1: .asciz \"Espalier\"\n"                                 \
            "2: .balign 4\n"                                           \
            "3: .incbin \"" file "\"\n"                                \
            "4: .balign 4\n\t"                                         \
            ".popsection")

#define ESPALIER_MANIFEST(file) ESPALIER_NOTE(1, file)
#define ESPALIER_SCHEMA(file) ESPALIER_NOTE(2, file)

#endif
