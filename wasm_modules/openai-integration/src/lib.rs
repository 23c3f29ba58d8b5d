//! A codec between the contract's records and the chat completions API: bytes in, bytes out, no
//! network. The host sends the result of `encode`, and passes the answer to `decode`.

mod body;
mod decode;
mod encode;
mod failure;
mod output;
mod report;

/// The contract of `../wit`.
#[allow(clippy::too_many_arguments, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "openai-integration",
        additional_derives: [PartialEq],
    });
}

pub use bindings::code_review_bot::review::types as wit;
pub use decode::decode;
pub use encode::encode;

use wit::{Completion, Dialect, Failure, Model, Request};

struct Codec;

impl bindings::Guest for Codec {
    fn encode(request: Request, model: Model, dialect: Dialect) -> Result<String, Failure> {
        encode(&request, &model, &dialect)
    }

    fn decode(status: u16, body: String) -> Result<Completion, Failure> {
        decode(status, &body)
    }
}

bindings::export!(Codec with_types_in bindings);
