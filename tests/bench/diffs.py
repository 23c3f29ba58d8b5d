"""Diffs of new files, which apply to any tree."""


def new_files(name: str, files: int, lines: int = 12) -> str:
    """A diff of `files` new files; their names are unique if `name` is."""
    return "".join(_new_file(f"shop/{name}_{at}.py", lines) for at in range(files))


def _new_file(path: str, lines: int) -> str:
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    body = "".join(f"+total_{at} = sum(item.price for item in {path[5:-3]}[{at}:])\n" for at in range(lines))
    return f"{head}@@ -0,0 +1,{lines} @@\n{body}"
