namespace Vigil.Simulator.Cards;

/// <summary>The customers of a <see cref="CardsWorld"/>, and what they do before any fraudster comes.</summary>
sealed class CardsCustomers
{
    const int TripBlockDays = 28;
    const int DeviceLifeDays = 500;
    const int MonthDays = 30;
    const double TripShare = .12;
    const double FavouriteShare = .75;
    const long PerHour = 3_600 * CardsPayment.PerSecond;

    readonly CardsWorldOptions _options;
    readonly CardsDraw _draw;
    readonly CardsMerchants _merchants;
    readonly CardsCheckout _checkout;
    readonly CardsCustomer[] _customers;
    readonly int _firstWeekday;

    internal CardsCustomers(CardsWorldOptions options, CardsDraw draw, CardsMerchants merchants)
    {
        (_options, _draw, _merchants, _checkout) = (options, draw, merchants, new(merchants));
        _firstWeekday = (int)options.Start.UtcDateTime.DayOfWeek;
        _customers = new CardsCustomer[options.Customers];
        for (int customer = 0; customer < _customers.Length; customer++) _customers[customer] = DrawCustomer(draw.OfCustomer(customer));
    }

    /// <summary>How many there are.</summary>
    internal int Count => _customers.Length;

    /// <summary>The customer's country.</summary>
    internal int HomeOf(int customer) => _customers[customer].Home;

    /// <summary>The device that the customer uses most on a day.</summary>
    internal ulong DeviceOf(int customer, int day) => _draw.Device(customer, (day + _customers[customer].DevicePhase) / DeviceLifeDays);

    /// <summary>Ends an account with a day.</summary>
    internal void Close(int customer, int afterDay) =>
        _customers[customer].ClosedFrom = (short)Math.Min(_customers[customer].ClosedFrom, Math.Min(afterDay + 1, short.MaxValue));

    /// <summary>Whether the account no longer exists.</summary>
    internal bool IsClosed(int customer, int day) => day >= _customers[customer].ClosedFrom;

    /// <summary>Adds everything that all customers do on a day, customer after customer.</summary>
    internal void Draw(int day, List<CardsPayment> payments)
    {
        for (int customer = 0; customer < _customers.Length; customer++)
        {
            if (!IsClosed(customer, day)) Draw(customer, day, payments);
        }
    }

    void Draw(int customer, int day, List<CardsPayment> payments)
    {
        ref CardsCustomer habits = ref _customers[customer];
        Xoshiro256 random = _draw.OfDay(day, customer);
        if (day % TripBlockDays == 0) DrawTrip(ref habits, day, random);
        double mean = habits.PerDay * CardsHabits.All[habits.Habit].Week[(_firstWeekday + day) % 7];
        for (int left = random.Poisson(mean); left > 0; left--)
        {
            CardsPayment first = DrawPayment(customer, habits, day, random);
            _checkout.Pay(ref first, random);
            for (CardsPayment? next = first; next is { } payment; next = _checkout.Follow(payment, random)) payments.Add(payment);
        }
        for (int i = 0; i < habits.Subscriptions; i++)
        {
            // Each on its own day of the month.
            if ((day + habits.DevicePhase + (i * 7)) % MonthDays != 0) continue;
            payments.Add(_checkout.Charge(customer, habits.Shops[CardsCustomer.FavouriteShops - 1 - i], day, random));
        }
    }

    CardsPayment DrawPayment(int customer, in CardsCustomer habits, int day, Xoshiro256 random)
    {
        bool travels = habits.Travels(day), online = random.Chance(habits.OnlineShare);
        int place = travels ? habits.TripCountry : habits.Home;
        int merchant = online ? DrawShop(habits, random) : travels ? _merchants.Draw(MerchantGroup.Store, place, random) : DrawStore(habits, random);
        int hour = random.Pick(CardsHabits.All[habits.Habit].Hours) + 24 - CardsCountry.All[place].Hours;
        return new()
        {
            Card = customer,
            Merchant = merchant,
            Terminal = _merchants.DrawTerminal(merchant, random),
            Time = (day * CardsPayment.PerDay) + (hour % 24 * PerHour) + random.Below(PerHour),
            Amount = _merchants.UnitsOf(merchant, _merchants.DrawCents(merchant, habits.AmountFactor, random)),
            Device = !online ? 0 : random.Chance(.85) ? DeviceOf(customer, day) : _draw.Device(customer, DeviceLifeDays),
            IpCountry = (sbyte)(!online ? -1 : random.Chance(.98) ? place : random.Below(CardsCountry.All.Length)),
        };
    }

    int DrawStore(in CardsCustomer habits, Xoshiro256 random) => random.Chance(FavouriteShare)
        ? habits.Stores[random.Skewed(CardsCustomer.FavouriteStores)]
        : _merchants.Draw(MerchantGroup.Store, habits.Home, random);

    int DrawShop(in CardsCustomer habits, Xoshiro256 random) => random.Chance(FavouriteShare)
        ? habits.Shops[random.Skewed(CardsCustomer.FavouriteShops - habits.Subscriptions)]
        : _merchants.DrawMostlyIn(MerchantGroup.Online, habits.Home, random);

    CardsCustomer DrawCustomer(Xoshiro256 random)
    {
        var drawn = new CardsCustomer
        {
            Home = (byte)random.Pick(CardsCountry.CumulativeCustomers),
            Habit = (byte)random.Pick(CardsHabits.CumulativeShares),
            Subscriptions = (byte)random.Below(CardsCustomer.FavouriteShops),
            DevicePhase = (short)random.Below(DeviceLifeDays),
            ClosedFrom = short.MaxValue,
            PerDay = (float)(_options.PaymentsPerDay * Math.Clamp(random.LogNormal(.85, .57), .05, 6)),
            AmountFactor = (float)Math.Round(random.LogNormal(1, .35), 3),
            OnlineShare = (float)random.Uniform(.08, .42),
        };
        for (int i = 0; i < CardsCustomer.FavouriteStores; i++) drawn.Stores[i] = _merchants.Draw(MerchantGroup.Store, drawn.Home, random);
        for (int i = 0; i < CardsCustomer.FavouriteShops; i++)
        {
            bool charges = i >= CardsCustomer.FavouriteShops - drawn.Subscriptions;
            drawn.Shops[i] = _merchants.DrawMostlyIn(charges ? MerchantGroup.Subscription : MerchantGroup.Online, drawn.Home, random);
        }
        return drawn;
    }

    static void DrawTrip(ref CardsCustomer habits, int day, Xoshiro256 random)
    {
        if (!random.Chance(TripShare)) return;
        int first = day + random.Below(TripBlockDays - 2);
        int country = random.Pick(CardsCountry.CumulativeMerchants);
        int days = 2 + random.Below(13);
        if (country == habits.Home) return;
        habits.TripCountry = (byte)country;
        habits.TripFrom = (short)first;
        habits.TripTo = (short)Math.Min(first + days, day + TripBlockDays);
    }
}
