//! The review function: says what to ask a model about a pull request, and what to conclude.

/// The contract of `../wit`: records and variants under [`wit`], the export trait under `bindings`.
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "code-review-function",
        additional_derives: [PartialEq],
        generate_unused_types: true,
    });
}

pub use bindings::code_review_bot::review::types as wit;
