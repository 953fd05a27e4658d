//! Everything that is particular to Azure Kubernetes Service: what the tables say, versions, VM sizes.

mod api_version;
mod date;
pub mod facts;
mod version;

pub use api_version::{ApiVersion, NotAnApiVersion};
pub use date::{Date, NotADate};
pub use version::{Minor, Move, NotAVersion, Version};
