"""The citizen's pages: winkelmandje, to the PSP and back, the state of the payment, the receipt."""
