namespace Vigil.Simulator.Cards;

/// <summary>Payments that are drawn already and happen on a later day.</summary>
sealed class CardsCalendar
{
    readonly Dictionary<int, List<CardsPayment>> _days = [];

    /// <summary>Keeps a payment for its day.</summary>
    internal void Add(in CardsPayment payment)
    {
        if (!_days.TryGetValue(payment.Day, out List<CardsPayment>? day)) _days[payment.Day] = day = [];
        day.Add(payment);
    }

    /// <summary>Hands a day's payments over, in the order in which they were drawn.</summary>
    internal IReadOnlyList<CardsPayment> Take(int day) => _days.Remove(day, out List<CardsPayment>? payments) ? payments : [];
}
