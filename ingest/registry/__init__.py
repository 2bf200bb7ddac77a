"""Facts about bodies, outlets and regions (CSV), and the code that loads and checks them."""
