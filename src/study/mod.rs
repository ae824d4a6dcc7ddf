pub mod break_even;
