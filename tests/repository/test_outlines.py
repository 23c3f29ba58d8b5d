"""Outlines: every language's definitions, and no text that breaks a parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.repository.outlines import grammar_of, outline

SOURCES = {
    "a.py": (
        """\
LIMIT = 3

@dataclass
class Cart:
    size: int = 3

    @property
    def total(self):
        return self.size

async def run(a):
    return a
""",
        """\
constant LIMIT 1-1
class Cart 3-9
field size 5-5
function total 7-9
function run 11-12
""",
    ),
    "a.js": (
        """\
const MAX = 3;
export const go = async (x) => {
  return x;
};
class Cart extends Base {
  size = 3;
  constructor() {}
  run() { return 1; }
}
module.exports.bar = function () { return 2; };
""",
        """\
constant MAX 1-1
function go 2-4
class Cart 5-9
field size 6-6
method constructor 7-7
method run 8-8
function bar 10-10
""",
    ),
    "a.ts": (
        """\
export interface Shop { name: string; open(): void }
export type Id = string | number;
enum Kind { A }
export abstract class Cart {
  private size = 3;
  async run<T>(a: T): Promise<void> {}
}
export const f = (a: number) => a;
export default function g() {}
""",
        """\
interface Shop 1-1
field name 1-1
method open 1-1
type Id 2-2
type Kind 3-3
class Cart 4-7
field size 5-5
method run 6-6
constant f 8-8
function g 9-9
""",
    ),
    "a.tsx": (
        """\
export function Row() { return <b/>; }
""",
        """\
function Row 1-1
""",
    ),
    "a.go": (
        """\
package p
const Max = 3
var Default = New()
type Cart struct {
	Size int
}
type Reader interface {
	Read(p []byte) error
}
func (c *Cart) Run(x int) error {
	return nil
}
func New() *Cart { return nil }
""",
        """\
constant Max 2-2
constant Default 3-3
type Cart 4-6
field Size 5-5
type Reader 7-9
method Read 8-8
method Run 10-12
function New 13-13
""",
    ),
    "a.rs": (
        """\
const MAX: u32 = 3;
pub struct Cart { size: u32 }
enum Kind { A, B(u32) }
trait Shop { fn go(&self); }
impl Cart {
    pub fn run(&self) -> u32 {
        self.size
    }
}
macro_rules! m { () => {} }
""",
        """\
constant MAX 1-1
class Cart 2-2
field size 2-2
class Kind 3-3
field A 3-3
field B 3-3
interface Shop 4-4
method go 4-4
function run 6-8
macro m 10-10
""",
    ),
    "A.java": (
        """\
class Cart extends Base {
  private int size = 3;
  Cart(int y) {}
  int run() {
    return 1;
  }
  enum Kind { A }
  record Row(int a) {}
}
""",
        """\
class Cart 1-9
field size 2-2
method Cart 3-3
method run 4-6
class Kind 7-7
field A 7-7
class Row 8-8
""",
    ),
    "a.c": (
        """\
#define MAX 3
#define SQUARE(x) ((x)*(x))
static int counter = 0;
struct cart { int size; char *name; };
static char *name_of(struct cart *cart)
{
  return cart->name;
}
""",
        """\
constant MAX 1-1
macro SQUARE 2-2
constant counter 3-3
class cart 4-4
field size 4-4
field name 4-4
function name_of 5-8
""",
    ),
    "a.cpp": (
        """\
namespace shop { class Cart { public: int run() { return 1; } int size; }; }
void shop::Cart::go() {
  run();
}
""",
        """\
module shop 1-1
class Cart 1-1
function run 1-1
field size 1-1
method go 2-4
""",
    ),
    "a.cs": (
        """\
namespace N {
  class Cart {
    int size = 3;
    public int Price { get; set; }
    int Run() => 1;
  }
}
""",
        """\
class Cart 2-6
field size 3-3
field Price 4-4
method Run 5-5
""",
    ),
    "a.rb": (
        """\
module Shop
  LIMIT = 3
  class Cart < Base
    attr_reader :size
    def self.make
      new
    end
  end
end
""",
        """\
module Shop 1-9
constant LIMIT 2-2
class Cart 3-8
field size 4-4
method make 5-7
""",
    ),
    "a.php": (
        """\
<?php
const X = 3;
class Cart {
  private $size = 3;
  public function run() {
    return 1;
  }
}
enum Kind { case A; }
""",
        """\
constant X 2-2
class Cart 3-8
field size 4-4
function run 5-7
class Kind 9-9
field A 9-9
""",
    ),
}


@pytest.mark.parametrize("path", SOURCES)
def test_the_definitions_of_a_file_are_found(path: str) -> None:
    text, expected = SOURCES[path]
    found = [f"{item.kind} {item.name} {item.line}-{item.end}" for item in outline(path, text.encode())]

    assert found == expected.splitlines()


def test_a_file_without_a_grammar_has_no_outline() -> None:
    assert (outline("README.md", b"# total"), grammar_of("Makefile")) == ([], None)


@pytest.mark.parametrize("path", SOURCES)
def test_half_a_file_gives_what_can_be_recognized(path: str) -> None:
    text = SOURCES[path][0].encode()

    for end in range(0, len(text), 7):
        assert all(found.name for found in outline(path, text[:end]))


@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=300))
def test_any_bytes_have_an_outline(path: str, text: bytes) -> None:
    for found in outline(path, text):
        assert 1 <= found.line <= found.end


@pytest.mark.parametrize(
    "text", [b"(" * 100_000, b"{[" * 50_000, b"a." * 100_000], ids=lambda text: text[:4].decode()
)
@pytest.mark.parametrize("path", ["a.py", "a.js", "a.cpp", "a.rb"])
def test_deep_nesting_breaks_no_parser(path: str, text: bytes) -> None:
    outline(path, text)
