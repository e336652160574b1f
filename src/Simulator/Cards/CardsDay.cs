using System.Runtime.InteropServices;

namespace Vigil.Simulator.Cards;

/// <summary>Draws a <see cref="CardsWorld"/> day by day: nothing is kept from one day to the next but habits, accounts and what is still to happen.</summary>
sealed class CardsDay
{
    const int IndexBits = 26;
    const long IndexMask = (1L << IndexBits) - 1;

    readonly CardsScene _scene;
    readonly CompromisedTerminalFraud _terminals;
    readonly CardsFraud[] _frauds;
    readonly List<CardsPayment> _payments = [];
    long[] _order = [];

    internal CardsDay(CardsScene scene)
    {
        _scene = scene;
        _terminals = new(scene);
        var spree = new CardNotPresentFraud(scene);
        _frauds =
        [
            new CardTestingFraud(scene, spree), new StolenCardFraud(scene), _terminals, new AccountTakeoverFraud(scene), spree,
            new BustOutFraud(scene), new MerchantCollusionFraud(scene),
        ];
    }

    /// <summary>Payments of the day that was drawn.</summary>
    internal int Count { get; private set; }

    /// <summary>The day's payment of a number, in time order.</summary>
    internal CardsPayment this[int number] => _payments[(int)(_order[number] & IndexMask)];

    /// <summary>Draws the day; days are drawn in their order.</summary>
    internal void Draw(int day)
    {
        _payments.Clear();
        _scene.Customers.Draw(day, _payments);
        int genuine = _payments.Count;
        foreach (CardsFraud fraud in _frauds) fraud.Begin(day);
        _terminals.Watch(day, CollectionsMarshal.AsSpan(_payments)[..genuine]);
        foreach (CardsPayment payment in _scene.Calendar.Take(day))
        {
            if (payment.Kind == FraudKind.BustOut || !_scene.Customers.IsClosed(payment.Card, day)) _payments.Add(payment);
        }
        Sort(day);
    }

    /// <summary>Payments of one microsecond keep the order in which they were drawn: the sort is not stable, so the keys are unique.</summary>
    void Sort(int day)
    {
        long start = day * CardsPayment.PerDay;
        if (_order.Length < _payments.Count) Array.Resize(ref _order, _payments.Count * 5 / 4);
        Count = 0;
        for (int i = 0; i < _payments.Count; i++)
        {
            // A second try, or one more thing, may fall behind midnight.
            if (_payments[i].Day > day) _scene.Calendar.Add(_payments[i]);
            else _order[Count++] = ((_payments[i].Time - start) << IndexBits) | (uint)i;
        }
        Array.Sort(_order, 0, Count);
    }
}
