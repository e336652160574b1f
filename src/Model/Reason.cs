namespace Vigil.Model;

/// <summary>
/// Why a transaction scored high: a group of its features, a category or an earlier transaction of the card, and what is normal for the card.
/// </summary>
/// <param name="Code">Short and stable: what the group is called, such as AMOUNT_UNUSUAL; EARLIER_TRANSACTION, of which there may be several.</param>
/// <param name="Text">What the group tells and which of its features speaks for it, in words.</param>
/// <param name="Value">
/// That feature of the transaction, in its unit; of a categorical feature the category; of an earlier transaction the seconds since.
/// </param>
/// <param name="Normal">The mean of the card's transactions in the model's context, in the same unit and on the feature's own scale
/// (geometric for logarithmic features); the training rows' mean where the card has no others; of a categorical feature the commonest category;
/// of an earlier transaction the mean seconds between two.</param>
public sealed record Reason(string Code, string Text, double Value, double Normal);
