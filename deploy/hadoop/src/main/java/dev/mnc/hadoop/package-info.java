/** HDFS and YARN for tests. */
@NullMarked
package dev.mnc.hadoop;

import org.jspecify.annotations.NullMarked;
