pub mod stationary;
