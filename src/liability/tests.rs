//! The mistakes naive tools make.

mod mistakes;
