//! Scores windows of a signal. Arguments: file of int8 windows, file for the results.
#![no_std]
#![no_main]

picoae_firmware_example::scoring_program!(|_: &_, _: &mut _, _: &mut _, _: &mut _| {});
