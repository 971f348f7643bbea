-- Who is to be told is told in the transaction that completes a removal, so nobody looks for those who were not.
drop index data_removals_untold;
