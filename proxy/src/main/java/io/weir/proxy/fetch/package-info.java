/**
 * Fetch. Sessions (KIP-227) end here: owners only ever see plain fetches. The context of a session says what is wanted
 * now, the owners answer, the context leaves out what has not changed.
 *
 * <p>Records in answers are leased. They leave with the response, whose writer releases them, or they are released
 * here: whatever is not in the response that goes out was released.
 */
@NullMarked
package io.weir.proxy.fetch;

import org.jspecify.annotations.NullMarked;
