using System.Runtime.CompilerServices;

namespace Vigil.Simulator.Cards;

/// <summary>The habits of one customer of a <see cref="CardsWorld"/>: all that is remembered of it from day to day.</summary>
struct CardsCustomer
{
    internal const int FavouriteStores = 8;
    internal const int FavouriteShops = 4;

    /// <summary>A row of <see cref="CardsCountry.All"/>.</summary>
    internal byte Home;

    /// <summary>A row of <see cref="CardsHabits.All"/>.</summary>
    internal byte Habit;

    /// <summary>Where the newest trip leads, likewise a country.</summary>
    internal byte TripCountry;

    /// <summary>Monthly charges.</summary>
    internal byte Subscriptions;

    /// <summary>The newest trip's first day.</summary>
    internal short TripFrom;

    /// <summary>The first day after it.</summary>
    internal short TripTo;

    /// <summary>Days by which the customer's next device comes earlier than others'.</summary>
    internal short DevicePhase;

    /// <summary>The first day on which the account no longer exists.</summary>
    internal short ClosedFrom;

    /// <summary>Mean payments a day.</summary>
    internal float PerDay;

    /// <summary>How many times the usual amount it spends.</summary>
    internal float AmountFactor;

    /// <summary>The share of its payments on the internet.</summary>
    internal float OnlineShare;

    /// <summary>Stores that it returns to, the first the most.</summary>
    internal StoreList Stores;

    /// <summary>Web shops that it returns to; the last ones charge its subscriptions.</summary>
    internal ShopList Shops;

    internal readonly bool Travels(int day) => day >= TripFrom && day < TripTo;

    [InlineArray(FavouriteStores)]
    internal struct StoreList
    {
        int _first;
    }

    [InlineArray(FavouriteShops)]
    internal struct ShopList
    {
        int _first;
    }
}
