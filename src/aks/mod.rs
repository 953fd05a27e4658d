//! Everything that is particular to Azure Kubernetes Service: what the tables say, versions, VM sizes.

mod address;
mod api_version;
pub mod change;
pub mod cluster;
mod date;
pub mod edit;
pub mod facts;
pub mod legality;
pub mod network;
pub mod pool;
pub mod read;
pub mod service;
mod version;
mod vm_size;
pub mod wording;

pub use address::{Address, Segment};
pub use api_version::{ApiVersion, NotAnApiVersion};
pub use date::{Date, NotADate};
pub use version::{Minor, Move, NotAVersion, Version};
pub use vm_size::{Architecture, VmSize};
