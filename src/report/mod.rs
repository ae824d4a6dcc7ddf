pub mod csv;
pub mod terminal;
