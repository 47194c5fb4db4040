package org.espalier.base;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface whose objects are called across protection domains. For an interface {@code Weather} the annotation
 * processor writes {@code WeatherRpc} with its {@link RpcType}, stub and dispatcher, and the text {@code
 * META-INF/espalier/wire/Weather.txt}, which documents the wire layout and its hash, and {@code
 * META-INF/espalier/c/Weather.h}, by which a program in C speaks it.
 *
 * <p>Every method returns {@link Result}{@code <T>}. Parameters and {@code T} may be
 *
 * <table>
 *   <caption>What travels, and how (little-endian, no padding)</caption>
 *   <tr><td>boolean, byte</td><td>1 byte</td></tr>
 *   <tr><td>short, char</td><td>2 bytes</td></tr>
 *   <tr><td>int, float</td><td>4 bytes</td></tr>
 *   <tr><td>long, double</td><td>8 bytes</td></tr>
 *   <tr><td>an enum</td><td>ordinal in 4 bytes</td></tr>
 *   <tr><td>String, byte[]</td><td>length in bytes in 4 bytes, then UTF-8 or the bytes</td></tr>
 *   <tr><td>a record</td><td>its components in order</td></tr>
 *   <tr><td>a sealed interface of records</td><td>number of the case, in the order of its {@code permits}, in 4 bytes, then
 *       its components</td></tr>
 *   <tr><td>{@link Capability}</td><td>1 byte (0: none, 1: the next capability of the message)</td></tr>
 *   <tr><td>{@link Done}</td><td>nothing</td></tr>
 * </table>
 *
 * The constructors and accessors of records that travel must not call out themselves: the message that they are read from or
 * written to is the thread's only one. Anything else is a compile-time error that names the parameter. Operations are numbered from 0 in the order of
 * declaration.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Rpc {
    /** The name under which the service is announced and routed, {@code Timer} for instance. */
    String value();
}
