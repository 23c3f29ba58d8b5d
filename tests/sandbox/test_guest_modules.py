"""The modules of the Rust crates use each other in one direction only."""

from functools import cache
from pathlib import Path

import pytest

from tests.sandbox.guests import DIST
from tests.sandbox.rust_modules import Graph, cycles, grouped, imports

CRATES = sorted(path.parent.parent for path in DIST.parent.glob("*/src/lib.rs"))


@cache
def of_crate(crate: Path) -> Graph:
    return imports(crate / "src")


@pytest.mark.parametrize("crate", CRATES, ids=lambda path: path.name)
def test_no_modules_import_each_other(crate: Path) -> None:
    graph = of_crate(crate)

    assert sum(map(len, graph.values())) > 0
    assert cycles(graph) == []


@pytest.mark.parametrize("crate", CRATES, ids=lambda path: path.name)
def test_no_folders_import_each_other(crate: Path) -> None:
    graph = of_crate(crate)

    for depth in range(1, max(map(len, graph))):
        assert cycles(grouped(graph, depth)) == []


def test_the_folders_of_the_review_function_build_on_one_another_in_the_documented_order() -> None:
    crate = DIST.parent / "code-review-function"
    order = ["wit", "text", "diff", "signals", "ask", "findings", "summary", "reply", "review"]

    folders = grouped(of_crate(crate), 1)

    for name, used in folders.items():
        if name:
            allowed = order[: order.index(name[0])]
            assert {folder for (folder,) in used} <= set(allowed), name[0]


LIB = """
mod first; // mod none;
pub mod deep;
mod inner {
    pub fn answer() -> &'static str { "use crate::first;" }
}
pub use inner::answer as shown;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod more { use crate::first::one; }
"""
FIRST = """
use std::fmt::{self, Write as _};
use super::deep::{
    self,
    leaf::{Leaf as Other, *},
};
/* use crate::inner; */
pub fn one(mark: char) -> bool { mark == '"' && crate::shown().is_empty() }
"""
LEAF = """
pub struct Leaf;
#[cfg(test)]
use crate::inner;
#[test]
fn quoted() { assert_eq!(r#"crate::inner"#, "\\"super::inner"); }
"""


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "lib.rs").write_text(LIB)
    (tmp_path / "first.rs").write_text(FIRST)
    (tmp_path / "tests.rs").write_text("use crate::first;")
    (tmp_path / "deep" / "mod.rs").write_text("pub mod leaf;")
    (tmp_path / "deep" / "leaf.rs").write_text(LEAF)
    return tmp_path


def test_imports_are_read_from_code_alone_and_count_for_the_module_that_defines_them(crate: Path) -> None:
    graph = imports(crate)

    assert graph == {
        (): {("inner",)},
        ("inner",): set(),
        ("first",): {("deep",), ("deep", "leaf"), ("inner",)},
        ("deep",): set(),
        ("deep", "leaf"): set(),
    }
    assert cycles(graph) == []


@pytest.mark.parametrize(
    "line",
    [
        "use crate::first::one;",
        "use super::super::first::{one as two};",
        "fn two() -> bool { crate::first::one('a') }",
        "mod nested { use super::super::super::first; }",
    ],
)
def test_a_cycle_is_found_however_it_is_written(crate: Path, line: str) -> None:
    leaf = crate / "deep" / "leaf.rs"
    leaf.write_text(leaf.read_text() + line)

    graph = imports(crate)

    assert cycles(grouped(graph, 1)) == [[("deep",), ("first",)]]
    if "mod" not in line:
        assert cycles(graph) == [[("deep", "leaf"), ("first",)]]
