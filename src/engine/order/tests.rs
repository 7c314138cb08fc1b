//! Plans before and after the rewrite to a total order.


