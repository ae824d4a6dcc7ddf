//! The rules of the house that a compiler does not know: who may use whom, what the simulation may not call, how long a
//! file may be, what no file may say.

mod layers;
mod prose;
mod purity;
mod sources;
