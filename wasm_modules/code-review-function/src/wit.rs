//! The contract of `../wit`: its records and variants, and in [`bindings`] the trait to export.

#[allow(unsafe_op_in_unsafe_fn, reason = "generated code of the canonical ABI")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "ruled-code-review-function",
        additional_derives: [PartialEq],
        generate_unused_types: true,
    });
}

pub use bindings::code_review_bot::review::tokens;
pub use bindings::code_review_bot::review::types::*;
