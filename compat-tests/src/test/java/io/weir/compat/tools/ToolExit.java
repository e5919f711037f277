package io.weir.compat.tools;

/** Thrown where a tool would end the process. */
final class ToolExit extends RuntimeException {
    private static final long serialVersionUID = 1;

    ToolExit(int status) {
        super("exit " + status);
    }
}
